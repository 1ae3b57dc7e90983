# a file without any test
