"""What came out as one page of HTML, to read, print and send: nothing in it is fetched, and nothing in it runs."""
