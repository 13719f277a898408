"""Owns how much the slice takes in at once."""

FILE_BYTES = 2 * 1024 * 1024
FILES = 200  # of one import
BODY_CHARACTERS = 200_000
PIECES = 2000  # of one article
LONGEST_PIECE = 600
LONGEST_TITLE = 300
LONGEST_QUESTION = 500
MOST_CHUNKS = 200_000  # of one account
LONGEST_CATEGORY = 60
LONGEST_TAG = 40
TAGS = 20  # of one article
SITES = 20  # of one account
CRAWL_BYTES = 60 * 1024 * 1024  # of one reading of a site
