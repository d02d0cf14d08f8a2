using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Collecting;

/// <summary>
/// The mail that a receiver has come to collect.
/// <para>
/// Durable state: there is none beside the deliveries. Each delivery is claimed by itself, attempted like any other, and its result is
/// durable before the next one is claimed. So a crash leaves at most one mail that the receiver has and we don't know of; it is sent again
/// at the next collection. A connection that is lost, a shutdown and a limit end the collection between two mails, or with the attempt that
/// is under way; what was not attempted was not touched.
/// </para>
/// </summary>
public sealed class MailCollection : IAsyncDisposable
{
    private readonly MailCollector _collector;
    private readonly string _user;
    private readonly CollectionSearch _search;
    private BegunDelivery? _next;

    internal MailCollection(MailCollector collector, string user, CollectionSearch search, BegunDelivery first) =>
        (_collector, _user, _search, _next) = (collector, user, search, first);

    /// <summary>Sends the mail over a connection on which we are the client, and says goodbye.</summary>
    /// <param name="shutdown">No mail begins after it.</param>
    /// <returns>False when the connection failed or the receiver broke off.</returns>
    public async ValueTask<bool> RunAsync(TurnedConnection connection, CancellationToken shutdown)
    {
        var began = _collector.Clock.GetTimestamp();
        var mails = 0;
        ITurnedSession? session = null;
        try
        {
            while (_next is { Use.Target: IOnDemandTarget target } mail)
            {
                _next = null;
                session ??= target.Begin(connection, shutdown);
                var way = new CollectedTarget(target, session, _search.Collects);
                await _collector.Runner.RunAsync(mail.Destination, mail.Use, mail.Queued, way);
                mails += session.IsUnheard ? 0 : 1;
                if (session.IsUsable && !shutdown.IsCancellationRequested && HasRoom(mails, began))
                    _next = await NextAsync();
            }
            var hasEnded = session?.IsUsable == true;
            if (hasEnded)
                await session!.QuitAsync();
            Report(hasEnded, connection.Host, mails);
            return hasEnded;
        }
        finally
        {
            session?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_next is { } unused)
            await _collector.GiveBackAsync(unused);
        _next = null;
        _collector.Leave(_user);
    }

    private bool HasRoom(int mails, long began) =>
        mails < _collector.Options.MailsPerCollection && _collector.Clock.GetElapsedTime(began) < _collector.Options.CollectionTime;

    private async ValueTask<BegunDelivery?> NextAsync()
    {
        try
        {
            return await _collector.NextAsync(_search, CancellationToken.None);
        }
        catch (SpoolUnavailableException fault)
        {
            // What is recorded is recorded; the receiver asks again for the rest.
            SpoolFaults.NotRead(_collector.Log, _search.Destination?.Options.Name ?? string.Empty, fault);
            return null;
        }
    }

    private void Report(bool hasEnded, string host, int mails)
    {
        if (hasEnded)
            _collector.Metrics.Ended();
        else
            _collector.Metrics.Lost();
        QueueLog.Collected(_collector.Log, _user, host, mails, hasEnded ? "ended" : "lost");
    }
}
