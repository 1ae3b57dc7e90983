"""The training methods, a module for each family; `arm.METHODS` names them."""
