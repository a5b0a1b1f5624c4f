extension String {
    /// Its beginning, no longer than so many bytes: what a client makes up is kept by its beginning alone, since a store has
    /// no room for any length in what it looks things up by.
    public func upTo(bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var end = utf8.index(startIndex, offsetBy: bytes)
        while end.samePosition(in: unicodeScalars) == nil { utf8.formIndex(before: &end) }
        return String(self[..<end])
    }
}
