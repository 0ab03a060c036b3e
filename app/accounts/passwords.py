"""Passwords of ten characters and more that everybody tries first; shorter ones are refused by their length."""

COMMON = frozenset(
    """
    1234567890 12345678910 123456789a 0123456789 0987654321 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwerty12345
    qwerty123456 asdfghjkl1 zxcvbnm123 password123 password1234 passw0rd123 password12 password01 mypassword
    letmein123 letmein1234 welcome123 welcome1234 iloveyou12 iloveyou123 administrator admin12345 admin123456
    changeme123 changemenow trustno1trustno1 monkey1234 dragon1234 football12 football123 baseball12 baseball123
    superman12 superman123 sunshine12 sunshine123 princess12 princess123 starwars12 starwars123 michael123 jennifer12
    abcdefghij abcd123456 abc1234567 a123456789 aa12345678 qazwsxedcrfv 1111111111 0000000000 passwordpassword
    correcthorsebatterystaple cairncairn cairn12345 cairnadmin
    """.split()
)
