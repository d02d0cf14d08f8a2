using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Moving;

/// <summary>A shared spool that takes what was exported, while nodes may run.</summary>
/// <param name="alone">A session that holds the lock of imports; it ends with this.</param>
/// <param name="folder">A directory of the import's own, which goes with this.</param>
internal sealed class PostgresTarget(string place, PostgresMailSpool spool, NpgsqlDataSource source, NpgsqlConnection alone, string folder)
    : ISpoolTarget
{
    public string Place => place;

    public IMailSpool Spool => spool;

    /// <summary>What is taken is claimed, and needs nothing else.</summary>
    public ValueTask BeginAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask<bool> TakeLinkKeyAsync(byte[] key, CancellationToken cancellationToken)
    {
        if (spool.LinkKey.AsSpan().SequenceEqual(key))
            return true;
        if ((await spool.ReadTotalsAsync(cancellationToken)).Messages > 0)
            return false;
        await spool.ReplaceLinkKeyAsync(key);
        return true;
    }

    public ValueTask<int> AddAsync(IReadOnlyList<ArrivingMail> mails, CancellationToken cancellationToken) => spool.ImportAsync(mails);

    public ValueTask ReleaseAsync(CancellationToken cancellationToken) => spool.ReleaseImportedAsync(cancellationToken);

    public ValueTask<HalfImport> CountImportedAsync(CancellationToken cancellationToken) => spool.CountImportedAsync();

    public ValueTask<long> RemoveImportedAsync(CancellationToken cancellationToken) => spool.RemoveImportedAsync(cancellationToken);

    public ValueTask EndAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await spool.DisposeAsync();
        await alone.DisposeAsync();
        await source.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
