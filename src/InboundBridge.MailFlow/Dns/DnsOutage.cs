using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Dns;

/// <summary>
/// Tells the operator once when no name server answers any more, and once when they answer again. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A client whose domains have dead servers makes every look-up fail on a machine that has little else to do. So failures alone prove
/// nothing: before the warning, the servers are asked for the root of the DNS, which every recursive server knows.
/// </remarks>
public sealed partial class DnsOutage(TimeProvider clock, ILogger logger)
{
    /// <summary>How long servers must give no answer. A resolver that is restarted is back before.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>So many questions must fail in that time. One look-up asks each server twice.</summary>
    private const int FewestFailures = 4;

    private readonly Lock _gate = new();
    private volatile int _failures;
    private long _since;
    private long _lastTrial;
    private bool _isTold;

    /// <summary>A server gave a usable answer, if only that there is no such name.</summary>
    internal void Answered()
    {
        // The usual path: nothing has failed since the last answer.
        if (_failures == 0)
            return;
        TimeSpan silent;
        lock (_gate)
        {
            _failures = 0;
            silent = clock.GetElapsedTime(_since);
            if (!_isTold)
                return;
            _isTold = false;
        }
        AnswersAgain((int)silent.TotalSeconds);
    }

    /// <summary>One server gave no usable answer to one question.</summary>
    /// <returns>True: ask the servers for the root now, and call <see cref="Tried"/>.</returns>
    internal bool Failed()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (_failures == 0)
                _since = _lastTrial = now;
            _failures = Math.Min(_failures + 1, FewestFailures);
            if (_isTold || _failures < FewestFailures || clock.GetElapsedTime(_lastTrial, now) < Patience)
                return false;
            _lastTrial = now;
            return true;
        }
    }

    /// <param name="problem">Why no server answers; null: one has answered.</param>
    internal void Tried(IEnumerable<object> servers, string? problem)
    {
        if (problem is null)
        {
            Answered();
            return;
        }
        int seconds;
        lock (_gate)
        {
            // An answer may have come during the trial.
            if (_isTold || _failures == 0)
                return;
            _isTold = true;
            seconds = (int)clock.GetElapsedTime(_since).TotalSeconds;
        }
        NobodyAnswers(string.Join(',', servers), seconds, problem);
    }

    [LoggerMessage(
        EventId = 4301, EventName = "dns_silent", Level = LogLevel.Warning,
        Message = "no name server answers: checks of senders give temperror or put mail off, and relays find no servers; see that the servers "
            + "run and can be reached, or name others in dns.servers servers={Servers} seconds={Seconds}: {Problem}")]
    private partial void NobodyAnswers(string servers, int seconds, string problem);

    [LoggerMessage(
        EventId = 4302, EventName = "dns_answers", Level = LogLevel.Information, Message = "name servers answer again seconds={Seconds}")]
    private partial void AnswersAgain(int seconds);
}
