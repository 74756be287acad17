using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Doorbuster.Platform.Web;

/// <summary>
/// A handler that binds and answers by hand has no signature that tells what it takes. This lends it one, for the API
/// description only: it is never called.
/// </summary>
public static class DescribedEndpoints
{
    public static TBuilder Describes<TBuilder>(this TBuilder endpoint, Delegate signature)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder =>
        {
            builder.Metadata.Add(Unvalidated.Instance);
            builder.Metadata.Add(signature.Method);
            foreach (var parameter in signature.Method.GetParameters())
                builder.Metadata.Add(new Binding(parameter));
        });
        return endpoint;
    }

    public static TBuilder Answers<TBuilder>(
        this TBuilder endpoint, int status, Type? body = null, string contentType = "application/json")
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(body is null
            ? new ProducesResponseTypeMetadata(status, typeof(void))
            : new ProducesResponseTypeMetadata(status, body, [contentType])));
        return endpoint;
    }

    // The handler binds nothing, so there is nothing for the framework to validate.
    private sealed class Unvalidated : IDisableValidationMetadata
    {
        public static readonly Unvalidated Instance = new();
    }

    private sealed class Binding(ParameterInfo parameter) : IParameterBindingMetadata
    {
        public string Name => parameter.Name!;
        public bool HasTryParse => false;
        public bool HasBindAsync => false;
        public ParameterInfo ParameterInfo => parameter;
        public bool IsOptional => parameter.IsOptional;
    }
}
