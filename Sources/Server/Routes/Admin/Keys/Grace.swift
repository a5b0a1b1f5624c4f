import Dialects
import Ledger

/// `grace_period` of `/key/regenerate`: how long the old key goes on working as if it were the new one.
struct Grace {
    /// Nil: it ends at once.
    private let period: BudgetPeriod?
    /// The request says so: then no key of before works.
    private let endsAll: Bool

    /// More keys of before than this do not work at one time.
    private static let most = 16

    /// - Parameter usual: where the request does not say.
    init(_ call: AdminCall, usually usual: BudgetPeriod?) throws(AdminFault) {
        let field = "grace_period"
        guard let text = try call.fields.value(field, .text), !text.isEmpty else {
            (period, endsAll) = (usual, false)
            return
        }
        // Nothing, in whichever unit.
        if text.hasPrefix("0"), text.drop(while: { $0 == "0" }).allSatisfy(\.isLetter) {
            (period, endsAll) = (nil, true)
            return
        }
        (period, endsAll) = (try AdminType<BudgetPeriod>.period.read(.string(text), field: field), false)
    }

    /// The keys that still work beside the one that takes the place of this one.
    func keeping(_ old: VirtualKey, at now: WallTime) throws(AdminFault) -> [FormerKey] {
        guard !endsAll else { return [] }
        var kept = old.former.filter { now < $0.until }
        guard let period else { return kept }
        guard kept.count < Self.most else {
            throw .invalid(
                "\(kept.count) keys that this one took the place of still work; send \"grace_period\": \"0s\", which ends "
                    + "all of them, or wait until one has ended", "grace_period")
        }
        kept.append(FormerKey(old.hash, until: now.adding(period)))
        return kept
    }
}
