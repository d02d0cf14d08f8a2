using System.Globalization;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Notices;

/// <summary>
/// Tells the other nodes of work for anybody, of erased messages and of changed pauses, and hears them (NOTIFY and LISTEN). A notice is a
/// hint: it may be lost, and the queue asks from time to time anyway. PostgreSQL commits transactions with notices one after the other, so
/// notices have transactions of their own: at most one in a while, with all that is to be told.
/// </summary>
internal sealed class NoticeBoard(
    PostgresConnections connections, string sender, PostgresHealth health, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    /// <summary>Between two notices of this node. New work waits for it at most this long, unless it is the node's own.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Before the connection that listens is opened again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Things to tell that are remembered; more are left to the other nodes' asking.</summary>
    private const int Most = 1000;

    /// <summary>Spools of one database have a channel each.</summary>
    private const string ChannelOf = "SELECT quote_ident('inboundbridge_' || current_schema())";

    private readonly Lock _gate = new();
    private readonly HashSet<Notice> _untold = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;
    private Task _telling = Task.CompletedTask;
    private bool _isTelling;

    /// <summary>Called for each notice of another node.</summary>
    public Action<Notice>? Heard { get; set; }

    public void Listen() => _listening = Task.Run(ListenAsync);

    /// <summary>Tells the other nodes soon. Never waits, and never fails.</summary>
    public void Tell(NoticeKind kind, IEnumerable<string> names)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return;
            foreach (var name in names)
            {
                if (_untold.Count < Most)
                    _untold.Add(new Notice(kind, name));
            }
            if (_untold.Count == 0 || _isTelling)
                return;
            _isTelling = true;
            _telling = Task.Run(TellAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task telling;
        lock (_gate)
            telling = _telling;
        await _listening;
        await telling;
        _stop.Dispose();
    }

    private async Task TellAsync()
    {
        while (TakeUntold() is { Length: > 0 } notices)
        {
            try
            {
                await connections.RunAsync(connection => SendAsync(connection, notices), CancellationToken.None);
            }
            catch (Exception fault)
            {
                PostgresLog.NotTold(log, fault);
            }
            await PauseAsync(Pause);
        }
    }

    private Notice[] TakeUntold()
    {
        lock (_gate)
        {
            Notice[] notices = [.. _untold];
            _untold.Clear();
            _isTelling = notices.Length > 0;
            return notices;
        }
    }

    private async Task<int> SendAsync(NpgsqlConnection connection, Notice[] notices)
    {
        await using var batch = connection.CreateBatch();
        foreach (var notice in notices)
        {
            var command = new NpgsqlBatchCommand("SELECT pg_notify('inboundbridge_' || current_schema(), $1)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = notice.Write(sender) });
            batch.BatchCommands.Add(command);
        }
        return await batch.ExecuteNonQueryAsync();
    }

    private async Task ListenAsync()
    {
        var (hasFailed, isDeaf) = (false, false);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = await connections.OpenAsync(_stop.Token);
                connection.Notification += Hear;
                await using (var channel = new NpgsqlCommand(ChannelOf, connection))
                {
                    var name = (string)(await channel.ExecuteScalarAsync(_stop.Token))!;
                    channel.CommandText = string.Create(CultureInfo.InvariantCulture, $"LISTEN {name}");
                    await channel.ExecuteNonQueryAsync(_stop.Token);
                }
                (hasFailed, isDeaf) = (false, false);
                while (true)
                    await connection.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // A database that is away is logged once, and not here; so the second failure counts, when a probe has found that out.
                if (hasFailed && !isDeaf && !health.IsFailing)
                {
                    PostgresLog.Deaf(log, PostgresFault.Words(fault));
                    isDeaf = true;
                }
                hasFailed = true;
                health.Doubt(fault);
                await PauseAsync(Rest);
            }
        }
    }

    private void Hear(object source, NpgsqlNotificationEventArgs notification)
    {
        if (Notice.Read(notification.Payload, sender) is { } notice)
            Heard?.Invoke(notice);
    }

    private async Task PauseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, clock, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The spool closes; whoever waits here looks next.
            return;
        }
    }
}
