using InboundBridge.Explaining;

namespace InboundBridge.Operations.Mails;

/// <summary>What became of explaining a mail.</summary>
internal abstract record ExplainOutcome
{
    private ExplainOutcome()
    {
    }

    /// <param name="Hide">Masks the configuration's secrets in a text: they are shown to nobody, whatever the role.</param>
    internal sealed record Explained(MailExplanation Explanation, Func<string, string> Hide) : ExplainOutcome;

    /// <summary>The envelope is not one that SMTP could give.</summary>
    internal sealed record Invalid(string Problem) : ExplainOutcome;
}
