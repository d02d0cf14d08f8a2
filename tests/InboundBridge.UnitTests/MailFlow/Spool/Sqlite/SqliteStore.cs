using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>The embedded store in a folder of its own, for the contracts.</summary>
internal sealed class SqliteStore : IDisposable
{
    private readonly SpoolFolder _folder = new();

    public string Path => _folder.Path;

    public Task<IMailSpool> OpenAsync(SpoolOptions options, TimeProvider clock) => SqliteMailSpool.OpenAsync(
        options with { Path = _folder.Path }, new SpoolInternals { Linger = TimeSpan.Zero }, clock, NullLogger.Instance,
        CancellationToken.None);

    public void Dispose() => _folder.Dispose();
}
