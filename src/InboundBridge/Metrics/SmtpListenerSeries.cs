using System.Collections.Concurrent;
using System.Globalization;
using InboundBridge.MailFlow.Metrics;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using Prometheus;

namespace InboundBridge.Metrics;

/// <summary>
/// The series of one listener. Those of commands are found by verb and code alone, because each command of each mail is counted.
/// </summary>
internal sealed class SmtpListenerSeries(string listener, SmtpFamilies families) : SmtpListenerMetrics
{
    /// <summary>RFC 5321 §4.2.1: replies have the codes 200 to 599. The last place is for any other.</summary>
    private const int Codes = 601;

    private static readonly int Verbs = Enum.GetValues<SmtpVerb>().Length;

    private readonly Gauge.Child _open = families.Open.With(listener);
    private readonly Counter.Child?[]?[] _commands = new Counter.Child?[]?[Verbs];
    private readonly Counter.Child?[] _ended = new Counter.Child?[Enum.GetValues<SmtpConnectionOutcome>().Length];
    private readonly ConcurrentDictionary<string, Counter.Child> _authentications = new(StringComparer.Ordinal);

    public override void Opened() => _open.Inc();

    public override void Ended(SmtpConnectionOutcome outcome)
    {
        _open.Dec();
        (_ended[(int)outcome] ??= families.Ended.With(listener, OutcomeName(outcome))).Inc();
    }

    public override void Answered(SmtpVerb verb, int code)
    {
        var codes = _commands[(int)verb] ??= new Counter.Child?[Codes];
        var index = code is >= 0 and < Codes - 1 ? code : Codes - 1;
        (codes[index] ??= Commands(verb, index)).Inc();
    }

    public override void Refused(string stage, string reason) => families.Refusals(stage, reason).Inc();

    public override void DataEnded(TimeSpan elapsed) => families.DataSeconds.Observe(elapsed.TotalSeconds);

    public override void Authenticated(string outcome) =>
        _authentications
            .GetOrAdd(
                outcome, static (outcome, own) => own.Families.Authentications.With(own.Listener, outcome),
                (Families: families, Listener: listener))
            .Inc();

    private Counter.Child Commands(SmtpVerb verb, int index) =>
        families.Commands.With(listener, NameOf(verb), index < Codes - 1 ? index.ToString(CultureInfo.InvariantCulture) : "other");

    private static string OutcomeName(SmtpConnectionOutcome outcome) => outcome switch
    {
        SmtpConnectionOutcome.Closed => "closed",
        SmtpConnectionOutcome.Lost => "lost",
        SmtpConnectionOutcome.TimedOut => "timed_out",
        SmtpConnectionOutcome.Refused => "refused",
        SmtpConnectionOutcome.CutOff => "cut_off",
        SmtpConnectionOutcome.TlsFailed => "tls_failed",
        SmtpConnectionOutcome.ProxyInvalid => "proxy_invalid",
        SmtpConnectionOutcome.ShutDown => "shut_down",
        SmtpConnectionOutcome.Turned => "turned",
        _ => "failed",
    };
}
