namespace InboundBridge.Api.Routing;

/// <summary>Whether a parameter is in the path or in the query, and how its value is written.</summary>
internal enum ApiParameterKind
{
    /// <summary>A segment of the path.</summary>
    Path,

    Text,

    /// <summary>May be repeated.</summary>
    Texts,

    /// <summary><c>true</c> or <c>false</c>, which is the default.</summary>
    Flag,

    /// <summary>A delivery's state (<c>DeliveryState</c>) in lower case.</summary>
    State,

    /// <summary>The size of a page.</summary>
    Limit,
}
