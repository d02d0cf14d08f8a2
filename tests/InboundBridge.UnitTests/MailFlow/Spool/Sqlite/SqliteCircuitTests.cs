using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>The embedded store keeps the contract of circuits: there is no other node to hear of.</summary>
public sealed class SqliteCircuitTests : CircuitContract
{
    private readonly SqliteStore _store = new();

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask CleanAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }
}
