namespace InboundBridge.Smtp.Protocol;

/// <summary>Every verb that the server knows, the ones it refuses on purpose included. Bounded: it is a metric label.</summary>
public enum SmtpVerb
{
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
