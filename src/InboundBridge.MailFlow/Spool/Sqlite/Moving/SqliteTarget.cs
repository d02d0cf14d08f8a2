using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;

namespace InboundBridge.MailFlow.Spool.Sqlite.Moving;

/// <summary>
/// An embedded spool that takes what was exported. No appliance can open it meanwhile, and afterwards not before the import is finished
/// (<see cref="SpoolClosure"/>), so nothing of it is delivered before.
/// </summary>
internal sealed class SqliteTarget(string folder, SqliteMailSpool spool) : ISpoolTarget
{
    public string Place => folder;

    public IMailSpool Spool => spool;

    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (!SpoolClosure.IsImporting(folder))
            SpoolClosure.CloseForImport(folder, await spool.FindLastNumberAsync(cancellationToken));
    }

    public async ValueTask<bool> TakeLinkKeyAsync(byte[] key, CancellationToken cancellationToken)
    {
        if (LinkKey.Read(folder) is { } own)
        {
            if (own.AsSpan().SequenceEqual(key))
                return true;
            if ((await spool.ReadTotalsAsync(cancellationToken)).Messages > 0)
                return false;
        }
        LinkKey.Keep(folder, key);
        return true;
    }

    public ValueTask<int> AddAsync(IReadOnlyList<ArrivingMail> mails, CancellationToken cancellationToken) =>
        spool.ImportAsync(mails, cancellationToken);

    public ValueTask ReleaseAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<HalfImport> CountImportedAsync(CancellationToken cancellationToken) => SpoolClosure.IsImporting(folder)
        ? spool.CountAfterAsync(LastBefore(), cancellationToken) : ValueTask.FromResult(new HalfImport(0, 0));

    public async ValueTask<long> RemoveImportedAsync(CancellationToken cancellationToken)
    {
        if (SpoolClosure.IsImporting(folder))
            await spool.RemoveAfterAsync(LastBefore(), cancellationToken);
        return 0;
    }

    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (SpoolClosure.IsImporting(folder))
            SpoolClosure.Open(folder);
        return ValueTask.CompletedTask;
    }

    private long LastBefore() => SpoolClosure.FindLastBeforeImport(folder) ?? throw new SpoolRefusedException(
        $"a version before began the import into {folder}, and it is not known what was there already. Complete it with its file, or " +
        "delete the directory if it was new");

    public ValueTask DisposeAsync() => spool.DisposeAsync();
}
