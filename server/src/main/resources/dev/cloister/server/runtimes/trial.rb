require 'digest'
require 'net/http'

def handler(event:, context:)
  value = event['value']
  case event['op']
  when 'hello' then "Hello, #{value}!"
  when 'echo' then value
  when 'http'
    Net::HTTP.get_response(URI("http://#{ENV.fetch('AWS_LAMBDA_RUNTIME_API')}/trial")).code.to_i
  when 'sha256' then Digest::SHA256.hexdigest(value)
  when 'file'
    File.write('/tmp/trial', value)
    File.read('/tmp/trial')
  else raise ArgumentError, 'as asked'
  end
end
