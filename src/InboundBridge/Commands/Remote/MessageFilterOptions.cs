using System.CommandLine;

namespace InboundBridge.Commands.Remote;

/// <summary>
/// The filters of <c>GET /messages</c>, under the same names. The appliance checks the values, since it knows its tags and states.
/// </summary>
internal sealed class MessageFilterOptions
{
    private readonly Option<string?>[] _options =
    [
        Filter("sender", "Part of the envelope's sender."),
        Filter("recipient", "Part of a recipient."),
        Filter("subject", "Part of the subject."),
        Filter("tag", "A tag, in full."),
        Filter("rule", "The rule that made one of its deliveries, in full."),
        Filter("state", "pending, retrying, delivered, dead, held or cancelled."),
        Filter("since", "Received at or after: 2026-01-02T03:04:05Z, 2026-01-02, or an age, such as 7d."),
        Filter("before", "Received before."),
    ];

    public IEnumerable<Option> All => _options;

    public (string Name, string? Value)[] Of(ParseResult arguments) =>
        [.. _options.Select(option => (option.Name.TrimStart('-'), arguments.GetValue(option)))];

    public static Option<string?> Filter(string name, string about) =>
        new($"--{name}") { Description = about, HelpName = name.ToUpperInvariant() };
}
