import Gateway
import Ledger

/// One request to a management route, as a value.
struct AdminCall: Sendable {
    let caller: Caller
    /// What its sender may do.
    let by: Operator
    /// The segments of the path that stand for any, decoded.
    var parameters: [String: String] = [:]
    var query: [(name: String, value: String)] = []
    let fields: AdminFields
    let now: LedgerTime
    /// Where it comes from, for the audit.
    var from = ""
    /// The models and their prices.
    var routes = RouteTable(routes: [], deployments: [])

    init(_ caller: Caller, body: String = "", at now: LedgerTime) throws(AdminFault) {
        self.caller = caller
        by = Operator(caller)
        fields = try AdminFields(body)
        self.now = now
    }

    /// The last value of a name in the query; nil where it is not there, or empty.
    func query(_ name: String) -> String? {
        query.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    func flag(_ name: String) -> Bool { query(name).map { ["true", "1", "yes"].contains($0.lowercased()) } ?? false }

    /// The ids of a list with commas, each of them once; nil where the list is not there.
    func ids(_ name: String) -> [String]? {
        guard let list = query(name) else { return nil }
        var known: Set<Substring> = [""]
        let ids = list.split(separator: ",").map { id in
            let start = id.drop { $0.isWhitespace }
            return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
        }
        return ids.filter { known.insert($0).inserted }.map(String.init)
    }

    /// A whole number of the query within its bounds.
    func number(_ name: String, default usual: Int, atMost most: Int) throws(AdminFault) -> Int {
        guard let text = query(name) else { return usual }
        guard let number = Int(text), (1...most).contains(number) else {
            throw .invalid("\(name) goes from 1 to \(most)", name)
        }
        return number
    }

    /// Dollars of the query.
    func dollars(_ name: String) throws(AdminFault) -> Money? {
        guard let text = query(name) else { return nil }
        guard let money = Money(bound: text) else {
            throw .invalid("\(name) must be a number of dollars such as 0.25", name)
        }
        return money
    }

    /// Refuses what LiteLLM narrows this list by, and nothing here does: all of it would be taken for the part.
    func refuseFilters(_ names: String...) throws(AdminFault) {
        for name in names where query(name) != nil {
            throw .invalid("\(name) narrows nothing in this release; leave it out", name)
        }
    }

    /// Rows in the order of `sort_by` and `sort_order`; as they came where neither is there.
    /// - Parameters:
    ///   - direction: the order where none is said.
    ///   - orders: whether the first comes before the second, by LiteLLM's names.
    func sorted<Row>(
        _ rows: [Row], usually name: String, _ direction: String = "asc",
        by orders: KeyValuePairs<String, (Row, Row) -> Bool>
    ) throws(AdminFault) -> [Row] {
        guard query("sort_by") != nil || query("sort_order") != nil else { return rows }
        let asked = query("sort_by") ?? name
        guard let order = orders.first(where: { $0.key == asked })?.value else {
            throw .invalid("sort_by is one of \(orders.map(\.key).joined(separator: ", "))", "sort_by")
        }
        switch query("sort_order")?.lowercased() ?? direction {
        case "asc": return rows.sorted(by: order)
        case "desc": return rows.sorted { order($1, $0) }
        default: throw .invalid("sort_order is asc or desc", "sort_order")
        }
    }

    /// A moment of the query: a day, or a day and a time.
    func moment(_ name: String) throws(AdminFault) -> WallTime? {
        guard let text = query(name) else { return nil }
        guard let moment = WallTime(iso: text) else {
            throw .invalid("\(name) must be a day such as 2026-11-22, or a day and a time", name)
        }
        return moment
    }

    /// Stamps of a row that is made now.
    var stamps: Stamps { Stamps(at: now.wall, by: by.name) }

    /// The same of a row that is changed now.
    func renew(_ stamps: inout Stamps) { (stamps.updatedAt, stamps.updatedBy) = (now.wall, by.name) }
}
