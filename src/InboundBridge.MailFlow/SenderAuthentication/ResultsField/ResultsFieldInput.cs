using System.Net;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.ResultsField;

/// <summary>What an Authentication-Results field is made from. Texts are as the mail or its sender gave them.</summary>
/// <param name="AuthservId">Our name in the field (configuration <c>authentication.authserv_id</c>).</param>
public sealed record ResultsFieldInput(string AuthservId, MailVerdicts Verdicts)
{
    /// <summary>Null for mail that did not come by TCP.</summary>
    public IPAddress? Client { get; init; }

    /// <summary>The reverse-path; null or empty for the null one.</summary>
    public string? MailFrom { get; init; }

    /// <summary>DKIM was checked: a mail without signatures gets <c>dkim=none</c>.</summary>
    public bool DkimWasChecked { get; init; }
}
