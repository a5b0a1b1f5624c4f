/// Messages and tools.
extension RequestScan {
    @inline(__always)
    mutating func readMessages() throws(RequestFault) {
        guard scanner.byte == 0x5b else {
            guard scanner.skipValue(depth: 1) else { throw brokenJSON() }
            throw wrong(.messages, "must be an array")
        }
        scanner.position &+= 1
        var index = 0
        var first = true
        while true {
            switch scanner.nextElement(first: &first) {
            case .fault: throw brokenJSON()
            case .value:
                let message = try RequestMessage(&scanner, in: bytes, at: index)
                promptBytes &+= message.promptBytes
                if !message.isPlain { hasPlainMessages = false }
                if message.hasBlankArguments { hasBlankArguments = true }
                index &+= 1
            case .end:
                guard index > 0 else { throw wrong(.messages, "must not be empty") }
                return
            }
        }
    }

    /// Functions, each with a name, and tools of other kinds, which are left out or refused later; an empty list is none.
    mutating func readTools() throws(RequestFault) {
        let start = scanner.position
        guard scanner.skipValue(depth: 1) else { throw brokenJSON() }
        let slice = JSONSlice(from: start, to: scanner.position)
        guard bytes[slice][0] == 0x5b else { throw wrong(.tools, "must be an array") }
        var index = 0
        var isForeign = false
        var isCustom = false
        try bytes.forEachElement(of: slice) { [bytes] tool throws(RequestFault) in
            let path = "tools[\(index)]"
            index += 1
            guard bytes[tool][0] == 0x7b else { throw .at(path, "must be an object") }
            guard let type = bytes.member("type", of: tool), bytes[type][0] == 0x22 else {
                throw .at("\(path).type", "must be \"function\"")
            }
            guard bytes[type].equals("\"function\"") else {
                if bytes[type].equals("\"custom\"") { isCustom = true } else { isForeign = true }
                return
            }
            guard let function = bytes.member("function", of: tool), let name = bytes.member("name", of: function),
                bytes[name][0] == 0x22
            else { throw .at("\(path).function.name", "must be a string") }
        }
        if isForeign { hasForeignTools = true }
        if isCustom { hasCustomTools = true }
        promptBytes += Int(slice.count)
    }
}
