using System.Globalization;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Commands.Sending;

/// <summary>Counts what <c>send --count N</c> hears: how many mails were accepted, and each refusal once with its number.</summary>
internal sealed class SendSummary(IReadOnlyList<string> recipients, int wanted)
{
    /// <summary>Different refusals that are listed; a server may put an id into each reply.</summary>
    private const int MostRefusals = 20;

    private readonly Dictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private int _sent;
    private int _unlisted;

    /// <summary>Mails of which at least one recipient was refused.</summary>
    public int Refused { get; private set; }

    public IEnumerable<string> Lines
    {
        get
        {
            var unsent = _sent < wanted ? string.Create(CultureInfo.InvariantCulture, $", {wanted - _sent} not sent") : string.Empty;
            var whole = recipients.Count > 1 ? " for every recipient" : string.Empty;
            yield return string.Create(CultureInfo.InvariantCulture, $"{_sent - Refused} of {wanted} mails accepted{whole}{unsent}");
            foreach (var (line, count) in _refusals.OrderByDescending(entry => entry.Value))
                yield return string.Create(CultureInfo.InvariantCulture, $"  {count} × {line}");
            if (_unlisted > 0)
                yield return string.Create(CultureInfo.InvariantCulture, $"  {_unlisted} × other refusals");
        }
    }

    /// <summary>A recipient with the server's reply.</summary>
    public static string Line(string recipient, SmtpReply reply) =>
        $"{recipient}: {reply.Code}{(reply.Enhanced is { } enhanced ? $" {enhanced}" : string.Empty)} {reply.Text}";

    public void Add(SmtpSendResult result)
    {
        _sent++;
        var isRefused = false;
        for (var index = 0; index < recipients.Count; index++)
        {
            if (result.Replies[index].Code < 300)
                continue;
            isRefused = true;
            var line = Line(recipients[index], result.Replies[index]);
            if (_refusals.TryGetValue(line, out var count))
                _refusals[line] = count + 1;
            else if (_refusals.Count < MostRefusals)
                _refusals.Add(line, 1);
            else
                _unlisted++;
        }
        Refused += isRefused ? 1 : 0;
    }
}
