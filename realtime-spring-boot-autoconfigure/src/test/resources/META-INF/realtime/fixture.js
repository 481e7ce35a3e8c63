// a script of the tests
