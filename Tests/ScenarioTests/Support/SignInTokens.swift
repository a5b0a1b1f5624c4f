/// Tokens of an identity provider, good until 2100. Made by `Tests/SignInTests/Fixtures/make.py`, its keys thrown away.
enum SignInTokens {
    /// The first key.
    static let keys =
        #"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "first", "x": "0x0jJV6cjBM5piPeEHLF9iSaHJ0QVr4e7SdzivndbXE", "y": "_K44yaR-gnuF8AW2Zy8CifT-BadG1ml0oEokh2he43Y"}]}"#
    /// The second key.
    static let laterKeys =
        #"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "second", "x": "3y7IddUBOQ1Ql1CBXmOlyez6xcwNpDzvkPSHdJzNLDs", "y": "qiKaL2NU5VdY37c8piV1UG2btTVbQmArlkOeE_wP6aM"}]}"#
    /// Of the team science.
    static let ann =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImFubiIsImVtYWlsIjoiYW5uQGV4YW1wbGUuY29tIiwiZ3JvdXBzIjpbInNjaWVuY2UiXX0.-cCrJzi-QIRWra6UpQTKg9JclyxRNkSEyJfQ0yJs7N3Or2TUCfpJsV03qrXdgosDAKoENZLwtGI14gF6QT9gEw"
    /// The same, by another token.
    static let annAgain =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImFubiIsImVtYWlsIjoiYW5uQGV4YW1wbGUuY29tIiwiZ3JvdXBzIjpbInNjaWVuY2UiXSwibiI6Mn0.X-zTMkIDNkQ4RloiuDr9PJD1zOPeC5FlMRghXh6byrAkxGv_UpTr2UFu0emmU4hNl_onP-YuZIrFdrl6ebAt7w"
    /// Of two teams.
    static let bo =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImJvIiwiZ3JvdXBzIjpbInNhbGVzIiwic2NpZW5jZSJdfQ.iOMiOTr88hIATHxglbJo5UALyOWDRZaenS_mH9VOg3mjPXrrrvyHBErywmQ_Fo1Vosh0jLNbENuLg-hn-w4t9Q"
    /// Of a team that nobody has made.
    static let cy =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImN5IiwiZ3JvdXBzIjpbInN0cmFuZ2UiXX0.enoFnyPdOKjsvNmIMhFsBNk0Mbkafa4h_xeohs1DY2y9O8JgUdK5XmIl00jsRYNpjWcgY2JZRQHKeM1wCpV8BQ"
    /// Of no team.
    static let dee =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImRlZSIsImVtYWlsIjoiZGVlQGV4YW1wbGUuY29tIn0._kua4kxJJQw946GBT2F6oX4X1wEUJQt_M5nzHi7WDPHYE7_W7evb9WNwN9LwuAyh1zXcyYAWAWj6EkUvZg1yRg"
    /// With the admin's scope.
    static let admin =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6InJvb3QiLCJzY29wZSI6Im9wZW5pZCBsaXRlbGxtX3Byb3h5X2FkbWluIn0.rcZouY1g0ahTZxDOiDj337Bi5COuDzJeAHx2j1SNHYfM2byegcXJ103Gf_MdG-nKf6nc86JNW-2VfNsZwXdCgQ"
    /// With a role that sees everything.
    static let viewer =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6InZpIiwicm9sZXMiOlsiYXVkaXRvcnMiXX0.4in9Sktwd_c4rZHJTz7Vmup7_JsbPsT4wrDYnpr5dqXe5BCsAhphiQKWg836VRZigMWU0thz5iJtvPmzBKlTjw"
    /// Signed by the second key.
    static let later =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InNlY29uZCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImFubiIsImdyb3VwcyI6WyJzY2llbmNlIl19.Jx5JBm-FHzMzV-XkM8RQxl3YZCY5nn8MSmKbnThFi-RJGrny83g2c0v1H4oP-w8AM7jEINpe7WrLnNB44QCY3w"
    /// Signed by nobody's key.
    static let forged =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImZpcnN0In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJkcm92ZXIiLCJleHAiOjQxMDI0NDQ4MDAsInN1YiI6ImFubiIsImdyb3VwcyI6WyJzY2llbmNlIl19.O0oA4iSod8nm_XI0FCaiMmV9JUHdVaIhb1tcqo_UjFK8QzMBI-a4jZMHmVwouF5Cp5NMUoPj0JFNAzs-VQJy5A"
}
