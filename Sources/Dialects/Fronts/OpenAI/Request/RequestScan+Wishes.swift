/// LiteLLM's fields about fallbacks, tags and streams. Rare, so each is looked at only once its name has matched.
extension RequestScan {
    mutating func readWish(_ name: UnsafeRawBufferPointer, _ value: JSONSlice) throws(RequestFault) {
        switch name.count {
        case 4 where name.equals("tags"): wishes.tags = try strings(value, "tags")
        case 8 where name.equals("metadata"):
            // Its other members are the client's own affair.
            if let tags = bytes.member("tags", of: value), bytes[tags][0] == 0x5b {
                wishes.tags += try strings(tags, "metadata.tags")
            }
        case 9 where name.equals("fallbacks"): wishes.fallbacks = try fallbacks(value)
        case 10 where name.equals("extra_body"):
            guard extraBody.isAbsent else { throw .at("extra_body", "is given twice") }
            if bytes[value].equals("null") { return }
            guard bytes[value][0] == 0x7b else { throw .at("extra_body", "must be an object") }
            extraBody = value
        case 14 where name.equals("stream_timeout"):
            guard !bytes[value].equals("null") else { return }
            guard let seconds = JSONNumber.double(bytes[value]), seconds > 0, seconds.isFinite else {
                throw .at("stream_timeout", "must be a number of seconds above 0")
            }
            wishes.streamTimeoutSeconds = seconds
        case 17 where name.equals("disable_fallbacks"):
            guard bytes[value].equals("true") || bytes[value].equals("false") || bytes[value].equals("null") else {
                throw .at("disable_fallbacks", "must be a boolean")
            }
            wishes.disablesFallbacks = bytes[value].equals("true")
        default:
            guard let parameter = Parameter.unread(name), !bytes[value].equals("null") else { return }
            fields.set(parameter, value)
        }
    }

    /// Names of models; LiteLLM also takes objects that have one.
    private func fallbacks(_ value: JSONSlice) throws(RequestFault) -> [String]? {
        if bytes[value].equals("null") { return nil }
        if bytes[value][0] == 0x22 { return [JSONString.decode(bytes[value.unquoted])] }
        guard bytes[value][0] == 0x5b else { throw .at("fallbacks", "must be an array of model names") }
        var names: [String] = []
        try bytes.forEachElement(of: value) { [bytes] element throws(RequestFault) in
            let name = bytes[element][0] == 0x7b ? bytes.member("model", of: element) : element
            guard let name, bytes[name][0] == 0x22 else {
                throw .at("fallbacks[\(names.count)]", "must be the name of a model")
            }
            names.append(JSONString.decode(bytes[name.unquoted]))
        }
        return Array(names.prefix(RoutingWishes.most))
    }

    private func strings(_ value: JSONSlice, _ path: String) throws(RequestFault) -> [String] {
        if bytes[value].equals("null") { return [] }
        guard bytes[value][0] == 0x5b else { throw .at(path, "must be an array of strings") }
        var list: [String] = []
        try bytes.forEachElement(of: value) { [bytes] element throws(RequestFault) in
            guard bytes[element][0] == 0x22 else { throw .at("\(path)[\(list.count)]", "must be a string") }
            list.append(JSONString.decode(bytes[element.unquoted]))
        }
        return Array(list.prefix(RoutingWishes.most))
    }
}
