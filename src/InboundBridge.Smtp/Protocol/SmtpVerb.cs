namespace InboundBridge.Smtp.Protocol;

/// <summary>
/// Every verb that the server recognizes, including those that it only refuses. A verb's name on the wire and in metric labels is its name
/// here in upper case. The list is short and fixed, so that metric labels stay bounded. Verbs that clients send most come first, because
/// they are looked up in this order.
/// </summary>
public enum SmtpVerb
{
    /// <summary>Not a verb that we recognize; also used for events before the first command.</summary>
    Unknown,
    Ehlo,
    Helo,
    Lhlo,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Quit,
    Help,
    Vrfy,
    Expn,
    StartTls,
    Auth,
    Etrn,
    Atrn,
    Xclient,
    Send,
    Soml,
    Saml,
    Turn,
}
