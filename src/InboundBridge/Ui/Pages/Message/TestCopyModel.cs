using InboundBridge.Operations.Messages;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Message;

/// <summary>A message as a rule test.</summary>
/// <param name="Recipient">The one that the test is about.</param>
/// <param name="Files">The rule files that it can go into; empty for a reader.</param>
public sealed record TestCopyModel(
    MessageSummary Head, string Recipient, IReadOnlyList<string> Files, string? File, RuleTestPaste Test);
