namespace InboundBridge.Smtp.Server;

/// <summary>What a proxy told about the client's name (Postfix's XCLIENT_README: the attribute NAME).</summary>
public enum SmtpNameReport
{
    /// <summary>Nothing: the name is looked up here.</summary>
    NotTold,

    /// <summary>The proxy has looked the name up and confirmed it; it is <see cref="SmtpPeer.ClientName"/>.</summary>
    Verified,

    /// <summary><c>[UNAVAILABLE]</c>: the client has no confirmed name.</summary>
    None,

    /// <summary><c>[TEMPUNAVAIL]</c>: the proxy could not look the name up at that time.</summary>
    NotNow,
}
