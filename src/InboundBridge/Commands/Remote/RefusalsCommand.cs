using System.CommandLine;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary><c>refusals list</c>: what clients of a running appliance were refused lately.</summary>
internal sealed class RefusalsCommand(RemoteCalls remote)
{
    private readonly ListOptions _list = new();
    private readonly Option<string?>[] _filters =
    [
        MessageFilterOptions.Filter("client", "An address, a network, or part of the client's name or of its EHLO."),
        MessageFilterOptions.Filter("sender", "Part of the envelope's sender; '<>' for the null sender."),
        MessageFilterOptions.Filter("recipient", "Part of a recipient."),
        MessageFilterOptions.Filter("reason", "The whole word, such as unknown_recipient."),
        MessageFilterOptions.Filter("text", "Part of the reply, the cause, the rule, or what checks and scanners said."),
        MessageFilterOptions.Filter("since", "At or after: 2026-01-02T03:04:05Z, 2026-01-02, or an age, such as 2h."),
        MessageFilterOptions.Filter("before", "Before."),
    ];

    public Command Create() => remote.Group(
        "refusals",
        "What clients of a running appliance were refused lately.",
        remote.Command(
            "list", "Lists refusals, newest first: who was refused what, with which reply, and why. A restart empties the list.",
            [.. _filters, .. _list.All], ListAsync));

    private async Task<int> ListAsync(ParseResult arguments, ApplianceClient client, CancellationToken cancellationToken)
    {
        var filters = _filters.Select(option => (option.Name.TrimStart('-'), arguments.GetValue(option))).ToArray();
        var list = await _list.ReadAsync(arguments, client, "refusals", filters, cancellationToken);
        if (remote.WantsJson(arguments))
        {
            await remote.PrintAsync(list);
            return ExitCode.Done;
        }
        await new ListPrinter(
            remote.Console,
            ListColumn.Of("at"), ListColumn.Of("client"), ListColumn.Of("helo", canBeCut: true, needsRoom: true), ListColumn.Of("verb"),
            ListColumn.Of("sender", canBeCut: true), ListColumn.Of("recipients", canBeCut: true), ListColumn.Of("reply", canBeCut: true),
            ListColumn.Of("reason"), ListColumn.Of("rule", canBeCut: true, needsRoom: true),
            ListColumn.Of("detail", canBeCut: true, needsRoom: true)).PrintAsync(list);
        return ExitCode.Done;
    }
}
