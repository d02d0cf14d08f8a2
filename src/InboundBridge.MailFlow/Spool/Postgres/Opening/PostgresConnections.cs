using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// The pool of connections. Every fault of the server or the wire leaves here as a <see cref="SpoolUnavailableException"/>.
/// </summary>
internal sealed class PostgresConnections : IAsyncDisposable
{
    /// <summary>
    /// For each new connection. A server may be set to answer commits before they are durable. A node that vanished or was stopped in the
    /// middle of a transaction must not hold its locks for long: the server asks the machine whether it is there, gives up what the machine
    /// does not take, and ends transactions that are idle. And every statement of ours finds its rows by an index: a plan that was made
    /// while the tables were small would read them whole until they are analyzed again, and compiling a statement takes longer than running
    /// it.
    /// </summary>
    private const string Prepare =
        """
        SELECT set_config('synchronous_commit',
            CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),
          set_config('idle_in_transaction_session_timeout', '15s', false), set_config('tcp_user_timeout', '15s', false),
          set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '3', false),
          set_config('tcp_keepalives_count', '3', false),
          set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)
        """;

    private readonly NpgsqlDataSource _source;
    private volatile bool _isDisposed;

    public PostgresConnections(PostgresSettings settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.Text);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Prepare, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Prepare, connection);
                await command.ExecuteNonQueryAsync();
            });
        _source = builder.Build();
    }

    /// <summary>Is told when a read has failed for good, whatever the cause. It must not wait.</summary>
    public Action<Exception>? ReadFailed { get; set; }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    /// <summary>Closes the idle connections: the server has ended one of them, so it has probably ended them all.</summary>
    public void Clear() => _source.Clear();

    /// <summary>Reads, with a new connection where an idle one turned out to be dead.</summary>
    /// <exception cref="SpoolUnavailableException">The database can't be reached or read.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await TryTwiceAsync(read, cancellationToken);
        }
        catch (SpoolUnavailableException fault) when (!_isDisposed)
        {
            ReadFailed?.Invoke(fault);
            throw;
        }
    }

    /// <exception cref="SpoolUnavailableException">The database can't be reached, or failed.</exception>
    public async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        if (_isDisposed)
            throw new SpoolUnavailableException("the spool is closed") { IsReported = true };
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception fault) when (!PostgresFault.IsOfOne(fault) && fault is not (SpoolUnavailableException or SpoolRefusedException
            or MessageDamagedException) && !cancellationToken.IsCancellationRequested)
        {
            throw new SpoolUnavailableException($"the spool's database failed: {PostgresFault.Words(fault)}", fault) { IsReported = true };
        }
    }

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return _source.DisposeAsync();
    }

    private async ValueTask<T> TryTwiceAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(read, cancellationToken);
        }
        catch (SpoolUnavailableException fault) when (fault.InnerException is { } inner && PostgresFault.IsStale(inner))
        {
            Clear();
            return await RunAsync(read, cancellationToken);
        }
    }
}
