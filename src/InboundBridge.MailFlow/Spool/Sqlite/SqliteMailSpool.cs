using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Spool.Sqlite;

public static class SqliteMailSpool
{
    public static Task<IMailSpool> OpenAsync(SpoolOptions options, TimeProvider clock, ILogger log, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{options}{clock}{log}{cancellationToken.IsCancellationRequested}");
}
