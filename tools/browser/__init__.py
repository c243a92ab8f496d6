"""What the browser side needs of Python while it is made: records that its tests compare with."""
