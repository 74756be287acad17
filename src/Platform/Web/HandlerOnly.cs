using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Doorbuster.Platform.Web;

/// <summary>Takes the framework's validation off handlers that bind nothing but the context: it would run for nothing,
/// which is a service scope and half a kilobyte a request.</summary>
internal sealed class HandlerOnly : IDisableValidationMetadata
{
    private static readonly HandlerOnly Instance = new();

    public static void Apply(EndpointBuilder endpoint)
    {
        var handler = endpoint.Metadata.OfType<MethodInfo>().FirstOrDefault();    // none: a bare RequestDelegate
        if (handler is null || handler.GetParameters().All(parameter => parameter.ParameterType == typeof(HttpContext)))
            endpoint.Metadata.Add(Instance);
    }
}
