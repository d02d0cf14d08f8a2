namespace InboundBridge.Operations.Principals;

/// <summary>What a principal may do. Each role includes the ones before it.</summary>
internal enum Role
{
    /// <summary>Opens only the mail or attachment that a signed link names.</summary>
    Link,

    /// <summary>Sees everything except secrets, and changes nothing.</summary>
    Read,

    /// <summary>Also changes things.</summary>
    Admin,
}
