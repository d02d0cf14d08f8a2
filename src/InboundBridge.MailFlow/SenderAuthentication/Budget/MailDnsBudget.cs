using InboundBridge.MailFlow.Dns;

namespace InboundBridge.MailFlow.SenderAuthentication.Budget;

/// <summary>
/// A share of a resolver: some queries at a time, and a total time. Time counts only while something waits for an answer, so that a slow
/// client does not use it up. What is cut off has the status Timeout. Safe for concurrent use.
/// </summary>
public sealed class MailDnsBudget : IDnsResolver
{
    private readonly IDnsResolver _dns;
    private readonly TimeProvider _clock;
    private readonly MailDnsTurns _turns;
    private readonly MailDnsPart _part;
    private readonly WaitingTime _time;
    private readonly TimeSpan _turn;

    /// <summary>A budget of its own, undivided.</summary>
    public MailDnsBudget(IDnsResolver dns, MailDnsOptions options, TimeProvider clock)
    {
        (_dns, _clock, _time, _turn) = (dns, clock, new WaitingTime(options.Time, clock), Timeout.InfiniteTimeSpan);
        _turns = new MailDnsTurns(options.AtOnce, clock);
        _part = _turns.Add(0, options.AtOnce);
    }

    /// <summary>A part of a mail's budget.</summary>
    /// <param name="time">Several parts may share it.</param>
    /// <param name="turn">How long a look-up keeps its turn while others of the part wait.</param>
    internal MailDnsBudget(
        IDnsResolver dns, TimeProvider clock, MailDnsTurns turns, MailDnsPart part, WaitingTime time, TimeSpan turn) =>
        (_dns, _clock, _turns, _part, _time, _turn) = (dns, clock, turns, part, time, turn);

    public IDnsResolver Urgent => new MailDnsBudget(_dns.Urgent, _clock, _turns, _part, _time, _turn);

    /// <summary>A look-up had no turn at the resolver, because the client asks for more than its share.</summary>
    internal bool IsCrowdedOut => _turns.IsCrowdedOut;

    public DnsAnswer? FindKnown(string name, DnsRecordType type) => _dns.FindKnown(name, type);

    public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<DnsAnswer>(cancellationToken);
        return _dns.FindKnown(name, type) is { } known ? new ValueTask<DnsAnswer>(known) : AskAsync(name, type, cancellationToken);
    }

    /// <summary>Returns the check's answer. When it is there, the turns that are reserved for its look-ups are free for others.</summary>
    internal ValueTask<T> Until<T>(ValueTask<T> check)
    {
        if (!check.IsCompleted)
            return CloseAfterAsync(check);
        _turns.Close(_part);
        return check;
    }

    private async ValueTask<T> CloseAfterAsync<T>(ValueTask<T> check)
    {
        try
        {
            return await check;
        }
        finally
        {
            _turns.Close(_part);
        }
    }

    private async ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var left = _time.Begin();
        try
        {
            if (left > TimeSpan.Zero)
                return await RunAsync(name, type, left, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The answer below says it.
        }
        finally
        {
            _time.End();
        }
        return DnsAnswer.Without(DnsStatus.Timeout, name, "this mail has used up its time for the DNS");
    }

    /// <summary>The look-up ends with the time that is left: it must not go on for a mail that no longer waits.</summary>
    private async ValueTask<DnsAnswer> RunAsync(string name, DnsRecordType type, TimeSpan left, CancellationToken cancellationToken)
    {
        using var ending = new CancellationTokenSource(left, _clock);
        await using var given = cancellationToken.UnsafeRegister(static ending => ((CancellationTokenSource)ending!).Cancel(), ending);
        var turn = new MailDnsTurn(ending);
        _turns.Enter(_part, turn);
        try
        {
            await ComeAsync(turn, ending.Token);
            var answer = await _dns.LookUpAsync(name, type, ending.Token);
            if (answer.IsCrowdedOut)
                _turns.IsCrowdedOut = true;
            return answer;
        }
        catch (DnsCrowdedException)
        {
            _turns.IsCrowdedOut = true;
            throw;
        }
        finally
        {
            _turns.Leave(_part, turn);
        }
    }

    private async ValueTask ComeAsync(MailDnsTurn turn, CancellationToken cancellationToken)
    {
        while (!turn.Come.IsCompleted)
        {
            try
            {
                await turn.Come.WaitAsync(_turn, _clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                _turns.EndOldest(_part, _turn);
            }
        }
    }
}
