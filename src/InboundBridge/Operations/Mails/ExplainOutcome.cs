using InboundBridge.Explaining;

namespace InboundBridge.Operations.Mails;

/// <summary>The outcome of explaining a mail.</summary>
internal abstract record ExplainOutcome
{
    private ExplainOutcome()
    {
    }

    /// <param name="Hide">Masks the configuration's secrets in a text; no role may see them.</param>
    internal sealed record Explained(MailExplanation Explanation, Func<string, string> Hide) : ExplainOutcome;

    /// <summary>The envelope is not one that SMTP could give.</summary>
    internal sealed record Invalid(string Problem) : ExplainOutcome;
}
