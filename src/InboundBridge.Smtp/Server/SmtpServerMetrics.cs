using System.Diagnostics.Metrics;
using System.Globalization;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server;

/// <summary>
/// The metrics of the SMTP server. Labels: listener (from the configuration), verb and outcome (fixed lists), code (three digits or
/// <c>other</c>), stage (<c>connect mail rcpt data</c>), reason (from the catalogues of replies).
/// </summary>
public sealed class SmtpServerMetrics
{
    private static readonly string[] Codes = [.. Enumerable.Range(0, 600).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _connectionsTotal;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _data;
    private readonly Counter<long> _authentications;

    /// <param name="meter">The product's meter, <c>InboundBridge</c>.</param>
    public SmtpServerMetrics(Meter meter)
    {
        _connections = meter.CreateUpDownCounter<long>("smtp_connections_open", description: "Open SMTP and LMTP connections");
        _connectionsTotal = meter.CreateCounter<long>("smtp_connections_total", description: "Ended connections by how they ended");
        _commands = meter.CreateCounter<long>("smtp_commands_total", description: "Commands by verb and reply");
        _refused = meter.CreateCounter<long>(
            "messages_refused_total", description: "Connections, senders, recipients and messages refused");
        _authentications = meter.CreateCounter<long>(
            "smtp_authentications_total", description: "Attempts to authenticate by what became of them");
        _data = meter.CreateHistogram<double>(
            "smtp_data_seconds", unit: "s", description: "From the first octet of a message asked for to its final reply");
    }

    internal void Opened(string listener) => _connections.Add(1, new KeyValuePair<string, object?>("listener", listener));

    internal void Ended(string listener, SmtpConnectionOutcome outcome)
    {
        _connections.Add(-1, new KeyValuePair<string, object?>("listener", listener));
        _connectionsTotal.Add(1, new("listener", listener), new("outcome", OutcomeName(outcome)));
    }

    internal void Answered(string listener, SmtpVerb verb, int code)
    {
        if (!_commands.Enabled)
            return;
        var codeName = code is >= 0 and < 600 ? Codes[code] : "other";
        _commands.Add(1, new("listener", listener), new("verb", SmtpVerbTable.Name(verb)), new("code", codeName));
    }

    /// <summary>
    /// Counts a refusal of a connection, sender, recipient or message. A command out of order is not one; it is only counted among the
    /// commands.
    /// </summary>
    internal void Refused(SmtpVerb verb, SmtpReply reply)
    {
        if (Stage(verb) is { } stage && reply.Reason != SmtpReplies.BadSequence.Reason)
            Refused(stage, reply);
    }

    /// <summary>Counts a connection that was refused before the greeting.</summary>
    internal void TurnedAway(SmtpReply reply) => Refused("connect", reply);

    internal void Data(TimeSpan elapsed) => _data.Record(elapsed.TotalSeconds);

    /// <param name="outcome"><c>accepted</c>, <c>failed</c>, <c>abandoned</c>, <c>limited</c> or <c>unavailable</c>.</param>
    internal void Authenticated(string listener, string outcome) =>
        _authentications.Add(1, new("listener", listener), new("outcome", outcome));

    private void Refused(string stage, SmtpReply reply) => _refused.Add(1, new("stage", stage), new("reason", reply.Reason ?? "other"));

    private static string? Stage(SmtpVerb verb) => verb switch
    {
        SmtpVerb.Mail => "mail",
        SmtpVerb.Rcpt => "rcpt",
        SmtpVerb.Data or SmtpVerb.Bdat => "data",
        _ => null,
    };

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
        _ => "failed",
    };
}
