using InboundBridge.Operations.Principals;

namespace InboundBridge.Ui.Routing;

/// <param name="Segments">Of the path behind <c>/ui/</c>; one in braces takes any text.</param>
/// <param name="LargestForm">Octets of the form that it takes.</param>
internal sealed record UiRoute(
    string Method, string[] Segments, Operation Operation, Func<UiRequest, Task<UiAnswer>> Answer, long LargestForm);
