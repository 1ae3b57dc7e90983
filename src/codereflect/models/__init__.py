"""The models themselves: where they come from, how they are loaded, how text becomes what they read."""
