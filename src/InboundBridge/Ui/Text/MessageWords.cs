using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Operations.Messages;

namespace InboundBridge.Ui.Text;

/// <summary>What lists say about a message.</summary>
internal static class MessageWords
{
    public static string Subject(SpooledMessage message) => message switch
    {
        { IsErased: true } => "(deleted)",
        { Subject.Length: > 0 } => ShownText.Line(message.Subject),
        _ => "(no subject)",
    };

    /// <summary>The rules that decided; what the message is, where none did.</summary>
    public static string Rule(MessageSummary item)
    {
        if (item.Message.Cause is { } cause)
            return $"our own mail: {cause.Reason}";
        var rules = item.Deliveries.Select(delivery => delivery.Rule).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return rules.Count == 0 ? "no rule" : string.Join(", ", rules);
    }

    /// <summary>Null where nothing was checked.</summary>
    public static string? Verdict(SpooledMessage message)
    {
        if (message.AuthenticationJson is null)
            return null;
        var verdicts = VerdictsReader.Read(message.AuthenticationJson);
        return verdicts switch
        {
            { Virus: not null } => "virus",
            { Verdict: not SenderVerdict.None } => verdicts.Verdict.Word(),
            { Dmarc.WasAsked: true } => "none",
            _ => null,
        };
    }

    public static IEnumerable<(string State, int Count)> States(MessageSummary item) =>
        item.Deliveries.GroupBy(delivery => delivery.State).OrderBy(group => group.Key)
            .Select(group => (DeliveryWords.Of(group.Key), group.Count()));
}
