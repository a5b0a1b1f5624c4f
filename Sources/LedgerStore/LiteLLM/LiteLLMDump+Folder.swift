import FoundationEssentials

extension LiteLLMDump {
    /// Reads a folder of CSV files, one for each table and named after it, as `\\copy "TABLE" TO 'TABLE.csv' CSV HEADER` writes
    /// them.
    public init(folder: String) throws(StoreError) {
        self.init()
        for table in Table.allCases {
            let path = "\(folder)/\(table.rawValue).csv"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            guard let data = try? Data(contentsOf: URL(filePath: path)), let lines = CSVText.records(of: Array(data))
            else { throw StoreError(.damaged, "\(path): this is no CSV file that can be read") }
            guard table.isRead else {
                others[table] = max(lines.count - 1, 0)
                continue
            }
            let names = (lines.first ?? []).map { $0 ?? "" }
            guard lines.allSatisfy({ $0.count == names.count }) else {
                throw StoreError(.damaged, "\(path): a line has more or fewer cells than the first one")
            }
            rows[table] = lines.dropFirst().map { cells in
                var row: [String: String] = [:]
                for (name, cell) in zip(names, cells) { row[name] = cell }
                return LiteLLMRow(row)
            }
        }
        guard rows[.keys] != nil else {
            throw StoreError(.unreachable, "\(folder): there is no \(Table.keys.rawValue).csv")
        }
    }
}

/// Text in RFC 4180's form, as PostgreSQL writes it: a cell that is empty and has no quotes is NULL.
enum CSVText {
    /// The records, the first with the names; nil where a quote is left open, or the text is not UTF-8.
    static func records(of bytes: [UInt8]) -> [[String?]]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var records: [[String?]] = []
        var record: [String?] = []
        var cell: [UInt8] = []
        var (isQuoted, wasQuoted) = (false, false)
        func endCell() {
            record.append(cell.isEmpty && !wasQuoted ? nil : String(decoding: cell, as: UTF8.self))
            (cell, wasQuoted) = ([], false)
        }
        func endRecord() {
            endCell()
            if record != [nil] { records.append(record) }
            record = []
        }
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\"") where !isQuoted: (isQuoted, wasQuoted) = (true, true)
            case UInt8(ascii: "\""):
                if index < bytes.count, bytes[index] == byte {
                    cell.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            case UInt8(ascii: ",") where !isQuoted: endCell()
            case UInt8(ascii: "\n") where !isQuoted: endRecord()
            case UInt8(ascii: "\r") where !isQuoted && index < bytes.count && bytes[index] == UInt8(ascii: "\n"): break
            default: cell.append(byte)
            }
        }
        if isQuoted { return nil }
        if !cell.isEmpty || wasQuoted || !record.isEmpty { endRecord() }
        return records
    }
}
