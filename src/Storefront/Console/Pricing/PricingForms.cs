using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Parts;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Console.Pricing;

/// <summary>What became of a form of groups and price lists.</summary>
internal static class PricingForms
{
    extension(PageRequest request)
    {
        /// <summary>As it was sent, with one field wrong.</summary>
        public FormState Wrong(string field, string text) =>
            FormState.Sent(request.Form) with { Errors = new Dictionary<string, string> { [field] = request.Words[text] } };

        /// <summary>The form again with what was refused; gone or away is a page of its own.</summary>
        public Task<PageResult> Refuse(ApiRefusal refusal, Func<FormState, int, Task<PageResult>> show) => refusal.Status switch
        {
            StatusCodes.Status404NotFound or >= 500 => Task.FromResult(PageResult.Refused(refusal)),
            StatusCodes.Status412PreconditionFailed => show(
                FormState.Sent(request.Form) with { Problem = request.Words["console.outdated"] }, StatusCodes.Status409Conflict),
            StatusCodes.Status400BadRequest => show(
                FormState.Sent(request.Form) with
                {
                    // The API names a price's parts; the field is one.
                    Errors = (refusal.Errors?.Keys ?? Enumerable.Empty<string>()).Select(field => field.Split('.')[0]).Distinct()
                        .ToDictionary(field => field, field => request.Words.Find($"pricing.wrong.{field}") ?? request.Words["parts.wrong.field"]),
                },
                StatusCodes.Status422UnprocessableEntity),
            _ => show(FormState.Sent(request.Form) with { Problem = request.Words.Of(refusal) }, refusal.Status),
        };
    }
}
