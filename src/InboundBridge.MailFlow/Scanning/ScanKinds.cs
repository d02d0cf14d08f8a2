namespace InboundBridge.MailFlow.Scanning;

/// <summary>Which scanners are there, or are needed.</summary>
[Flags]
public enum ScanKinds
{
    None = 0,
    Spam = 1,
    Virus = 2,

    /// <summary>S/MIME and OpenPGP signatures.</summary>
    Signatures = 4,
}
