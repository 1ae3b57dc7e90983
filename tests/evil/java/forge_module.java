// Is a module and no class, in the hope of not being judged.
module problem {
}
