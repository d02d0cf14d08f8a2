using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Postgres;

/// <summary>The shared store keeps the contract of notes.</summary>
public sealed class PostgresNoteTests : NoteContract
{
    private readonly PostgresStore _store = new();

    protected override IMailSpool OtherNode => _store.Other;

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => _store.OpenAsync(options, Clock);

    protected override ValueTask AdvanceAsync(TimeSpan time) => _store.AdvanceAsync(Clock, time);

    protected override ValueTask CleanAsync() => _store.DisposeAsync();
}
