"""A subscriber in, an explained verdict out; saved ones read, explained and judged again."""
