namespace InboundBridge.MailFlow.TransportSecurity;

/// <summary>Why a protected connection was not possible: the result types of RFC 8460 §4.3.</summary>
public enum TlsFailure
{
    StartTlsNotSupported,
    CertificateHostMismatch,
    CertificateExpired,
    CertificateNotTrusted,
    ValidationFailure,
    TlsaInvalid,
    DnssecInvalid,
    StsPolicyFetchError,
    StsPolicyInvalid,
    StsWebpkiInvalid,
}
