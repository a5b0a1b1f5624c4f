extension UnsafeRawBufferPointer {
    /// Calls for each message of the array at `slice`, which a scan has found valid, with where it stands and its number.
    func forEachMessage(
        of slice: JSONSlice,
        _ body: (_ message: RequestMessage, _ whole: JSONSlice, _ index: Int) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var scanner = JSONScanner(self)
        scanner.position = Int(slice.start) + 1
        var index = 0
        var first = true
        while case .value = scanner.nextElement(first: &first) {
            let start = scanner.position
            let message = try RequestMessage(&scanner, in: self, at: index)
            try body(message, JSONSlice(from: start, to: scanner.position), index)
            index += 1
        }
    }
}
