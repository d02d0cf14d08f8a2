namespace InboundBridge.Operations.Principals;

/// <summary>What a principal may do. Each role includes the ones before it.</summary>
internal enum Role
{
    /// <summary>Opens the one mail or attachment that its signed link names.</summary>
    Link,

    /// <summary>Sees everything except secrets, and changes nothing.</summary>
    Read,

    /// <summary>Also changes things.</summary>
    Admin,
}
