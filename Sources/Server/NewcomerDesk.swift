import Balancer
import Gateway
import Ledger
import Logging

/// Gives users and teams their rows that a token has named first (`user_id_upsert`, `team_id_upsert`), and customers that a request has
/// (`max_end_user_budget_id`): as a management route would, in line with those, so that no row is written over.
struct NewcomerDesk: Sendable {
    let desk: AdminDesk
    let time: TimeSource
    let now: @Sendable () -> LedgerTime

    /// After a store has failed.
    private static let pause = Duration.seconds(5)

    /// Until the task is cancelled.
    func run() async {
        for await _ in desk.ledger.arrivals {
            for newcomer in desk.ledger.takeNewcomers() {
                while !(await welcome(newcomer)) {
                    do { try await time.sleep(time.now() + Self.pause) } catch { return }
                }
                desk.ledger.endNewcomer(newcomer)
            }
        }
    }

    /// - Returns: false where the store has failed, and is to be asked again.
    private func welcome(_ newcomer: DirectoryChange) async -> Bool {
        do throws(AdminFault) {
            var call = try AdminCall(Caller(), at: now())
            call.from = Self.source(of: newcomer)
            return try await desk.change(call, "\(call.from)/new") { [call, desk] in
                // Somebody may have made the row meanwhile, and with bounds.
                let changes = Self.isHere(newcomer, desk.rows) ? [] : Self.changes(for: newcomer, call, desk)
                return AdminDesk.Plan(changes, subject: newcomer.object) { true }
            }
        } catch {
            // One that can never be made is not tried for ever.
            return error.error.status < 500
        }
    }

    private static func source(of newcomer: DirectoryChange) -> String {
        if case .putCustomer = newcomer { "request" } else { "jwt" }
    }

    /// Its row, and the teams that new users belong to.
    private static func changes(
        for newcomer: DirectoryChange, _ call: AdminCall, _ desk: AdminDesk
    ) -> [DirectoryChange] {
        guard case .putUser(var user) = newcomer else { return [newcomer] }
        let rows = desk.rows
        // An address is one user's: whoever has it already is the one who is found by it.
        if let email = user.email, rows.users(email: email).contains(where: { $0.id != user.id }) { user.email = nil }
        return [.putUser(user)] + UserRoutes.joining(desk.ledger.rowRules.users.teams, user.id, call, rows)
    }

    private static func isHere(_ newcomer: DirectoryChange, _ rows: LedgerRows) -> Bool {
        switch newcomer {
        case .putUser(let user): rows.user(user.id) != nil
        case .putTeam(let team): rows.team(team.id) != nil
        case .putCustomer(let customer): rows.customer(customer.id) != nil
        default: true
        }
    }
}
