namespace InboundBridge.Smtp.Client;

/// <summary>
/// The sessions with one server. It opens as many as are needed at the same time, which the queue's concurrency bounds, and keeps idle
/// sessions for a while. Safe for concurrent use.
/// </summary>
public sealed class SmtpConnectionPool : IAsyncDisposable
{
    private readonly SmtpClientOptions _options;
    private readonly int _reuse;
    private readonly TimeSpan _idleTimeout;
    private readonly SmtpDial _dial;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();

    /// <summary>The most recently used session is last and is taken first, so that surplus sessions time out.</summary>
    private readonly List<Idle> _idle = [];
    private bool _closed;

    /// <param name="reuse">Messages on one connection before it is closed.</param>
    public SmtpConnectionPool(SmtpClientOptions options, int reuse, TimeSpan idleTimeout, SmtpDial dial, TimeProvider clock)
    {
        _options = options;
        _reuse = reuse;
        _idleTimeout = idleTimeout;
        _dial = dial;
        _clock = clock;
        _sweep = clock.CreateTimer(static pool => _ = ((SmtpConnectionPool)pool!).SweepAsync(), this, idleTimeout, idleTimeout);
    }

    /// <summary>Called for each session that was opened, for the log.</summary>
    public Action<SmtpClientSession>? Opened { get; init; }

    /// <summary>Idle sessions.</summary>
    public int IdleCount
    {
        get
        {
            lock (_lock)
                return _idle.Count;
        }
    }

    /// <summary>
    /// Sends one message over an idle session or a new one. If an idle session turns out to be dead, a new one is tried once; that is not a
    /// failure. A new one is also tried where we would refuse the message because of what the server announced longer ago than the idle
    /// time-out: the server's limits may have changed since then, and our refusal would end the delivery.
    /// </summary>
    public async ValueTask<SmtpSendResult> SendAsync(SmtpClientMessage message, CancellationToken cancellationToken)
    {
        if (Take() is { } idle)
        {
            var result = await SendAsync(idle, message, _clock.GetElapsedTime(idle.OpenedAt) >= _idleTimeout, cancellationToken);
            if (!result.NothingHeard)
                return result;
        }
        SmtpClientSession session;
        try
        {
            session = await OpenAsync(cancellationToken);
        }
        catch (SmtpClientException fault)
        {
            return SmtpSendResult.ForAll(SmtpSendStage.Connect, message.Recipients.Count, fault.Reply);
        }
        return await SendAsync(session, message, isStale: false, cancellationToken) with { Opened = session.Facts };
    }

    /// <summary>Opens a session with EHLO, TLS and AUTH, and keeps it for the next message.</summary>
    /// <exception cref="SmtpClientException">The session could not be opened.</exception>
    public async ValueTask ProbeAsync(CancellationToken cancellationToken) =>
        await GiveBackAsync(await OpenAsync(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        Idle[] idle;
        lock (_lock)
        {
            _closed = true;
            idle = [.. _idle];
            _idle.Clear();
        }
        foreach (var entry in idle)
            await entry.Session.QuitAsync();
    }

    private async ValueTask<SmtpClientSession> OpenAsync(CancellationToken cancellationToken)
    {
        var session = await SmtpClientSession.OpenAsync(_options, _dial, _clock, cancellationToken);
        Opened?.Invoke(session);
        return session;
    }

    private async ValueTask<SmtpSendResult> SendAsync(
        SmtpClientSession session, SmtpClientMessage message, bool isStale, CancellationToken cancellationToken)
    {
        try
        {
            var result = await session.SendAsync(message, isStale, cancellationToken);
            if (result.NothingHeard)
                await session.QuitAsync();
            else
                await GiveBackAsync(session);
            return result;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private SmtpClientSession? Take()
    {
        lock (_lock)
        {
            while (_idle.Count > 0)
            {
                var session = _idle[^1].Session;
                _idle.RemoveAt(_idle.Count - 1);
                if (session.IsUsable)
                    return session;
                session.Dispose();
            }
        }
        return null;
    }

    private async ValueTask GiveBackAsync(SmtpClientSession session)
    {
        if (session.Transactions < _reuse && session.IsUsable)
        {
            lock (_lock)
            {
                if (!_closed)
                {
                    _idle.Add(new Idle(session, _clock.GetTimestamp()));
                    return;
                }
            }
        }
        await session.QuitAsync();
    }

    private async Task SweepAsync()
    {
        List<Idle> old;
        lock (_lock)
        {
            old = _idle.FindAll(entry => _clock.GetElapsedTime(entry.Since) >= _idleTimeout);
            _idle.RemoveAll(old.Contains);
        }
        foreach (var entry in old)
            await entry.Session.QuitAsync();
    }

    private readonly record struct Idle(SmtpClientSession Session, long Since);
}
