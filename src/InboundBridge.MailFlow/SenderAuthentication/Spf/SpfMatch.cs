namespace InboundBridge.MailFlow.SenderAuthentication.Spf;

/// <summary>What one mechanism says about the client.</summary>
internal enum SpfMatch
{
    No,
    Yes,

    /// <summary>The whole check ends as temperror.</summary>
    Temporary,

    /// <summary>The whole check ends as permerror.</summary>
    Permanent,
}
