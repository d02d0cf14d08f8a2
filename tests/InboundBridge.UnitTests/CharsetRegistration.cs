using System.Runtime.CompilerServices;
using System.Text;

namespace InboundBridge.UnitTests;

/// <summary>
/// MimeKit, with which our reader is compared, looks up the available charsets once, at its first use. So they are registered before any
/// test runs. Our reader does not need this.
/// </summary>
internal static class CharsetRegistration
{
    [ModuleInitializer]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
}
