# imports the function and stops
import unittest
from solution import clamp
